export const database = 'app@db.example.com:5432/shop';

export const common = { verdict: 'ok', findings: [], database } as const;
