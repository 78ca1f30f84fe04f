# docker build -t msgdb .
# docker run --rm --env MSGDB_DATABASE_URL --volume "$PWD:/project" msgdb preflight
FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:22-slim
ENV NODE_ENV=production
WORKDIR /opt/msgdb
COPY package.json package-lock.json ./
# Optional packages are the embedded PostgreSQL, which a container has no use for.
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY --from=build /build/bin ./bin
COPY --from=build /build/dist ./dist
USER node
WORKDIR /project
ENTRYPOINT ["node", "/opt/msgdb/bin/msgdb.js"]
CMD ["--help"]
