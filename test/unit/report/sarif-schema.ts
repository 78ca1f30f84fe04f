/**
 * What SARIF 2.1.0 asks of the parts that msgdb writes, after the OASIS standard: § 3.13 to § 3.52. Properties that
 * the standard does not have are refused, as its own schema refuses them.
 */
const text = { type: 'string', minLength: 1 };
const message = object(['text'], { text, markdown: text });
const level = { enum: ['none', 'note', 'warning', 'error'] };
const place = { type: 'integer', minimum: 1 };
/** RFC 3986: no white space, no backslash, `%` before two hexadecimal digits alone. */
const uriReference = { type: 'string', pattern: "^(?:[\\w.~:/?#\\[\\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$" };
const uri = { ...uriReference, pattern: `^[A-Za-z][A-Za-z0-9+.-]*:.*$` };

const rule = object(['id'], {
  id: text,
  name: text,
  shortDescription: message,
  fullDescription: message,
  help: message,
  helpUri: uri,
  defaultConfiguration: object([], { level }),
});

const location = object([], {
  physicalLocation: object(['artifactLocation'], {
    artifactLocation: object(['uri'], { uri: uriReference }),
    region: object(['startLine'], { startLine: place, startColumn: place }),
  }),
  logicalLocations: list(object(['fullyQualifiedName'], { fullyQualifiedName: text, kind: text }), 1),
});

const result = object(['message', 'ruleId'], {
  ruleId: text,
  ruleIndex: { type: 'integer', minimum: 0 },
  level,
  message,
  locations: list(location, 1),
  partialFingerprints: { type: 'object', minProperties: 1, additionalProperties: text },
});

const invocation = object(['executionSuccessful'], {
  executionSuccessful: { type: 'boolean' },
  exitCode: { type: 'integer' },
  toolExecutionNotifications: list(
    object(['message'], { level, descriptor: object(['id'], { id: text }), message }),
    1,
  ),
});

const run = object(['tool', 'results'], {
  tool: object(['driver'], {
    driver: object(['name'], { name: text, informationUri: uri, rules: { ...list(rule, 0), uniqueItems: true } }),
  }),
  invocations: list(invocation, 1),
  columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
  results: list(result, 0),
});

export const SARIF_SCHEMA = object(['version', 'runs'], {
  $schema: uri,
  version: { const: '2.1.0' },
  runs: list(run, 1),
});

function object(required: readonly string[], properties: Readonly<Record<string, unknown>>) {
  return { type: 'object', required, properties, additionalProperties: false };
}

function list(items: unknown, minItems: number) {
  return { type: 'array', items, minItems };
}
