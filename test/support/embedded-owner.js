// A process of its own, of the build as the program is, that owns an embedded server, to be killed: node embedded-owner.js <options as JSON>
import { startEmbedded } from '../../dist/embedded/index.js';

const report = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

// A real command writes progress and reads sockets: something keeps its event loop alive.
setInterval(() => {}, 1000);
try {
  report({ starting: true });
  const { url, dataDirectory } = await startEmbedded(JSON.parse(process.argv[2] ?? '{}'));
  report({ url, dataDirectory });
} catch (error) {
  report({ code: error.code, message: error.message, fix: error.fix });
  process.exit(1);
}
