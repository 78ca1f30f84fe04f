/** Calls that say something: to a log, to a person, or in an error. What they are given is not run. */
const SAYS = new RegExp(
  [
    String.raw`\b(?:log|logger|logging|console|slog|tracing|zap|logrus|Logger|LOG|Log|_log|_logger)\b(?:[.:]+\w+(?:\([^()\n]{0,80}\))?)*!?`,
    String.raw`\b(?:fmt\.Errorf|errors\.(?:New|Wrapf?|Errorf)|fmt\.Print(?:f|ln)?|panic|anyhow!|bail!|e?println!|print|puts)`,
    String.raw`\b(?:trace|debug|info|warn|warning|error|fatal)!`,
    String.raw`\b(?:new\s+)?\w*(?:Error|Exception)(?:\.\w+)?`,
    String.raw`\bt\.(?:Log|Error|Fatal|Skip)f?`,
    String.raw`\.(?:with_)?context`,
  ].join('|'),
);

/** The call that a string is an argument of, with what else is given before it. */
const ARGUMENT_OF = new RegExp(
  String.raw`(?:(?:${SAYS.source})\s*\(|\b(?:raise|puts|throw)\s)\s*(?:[\w.&"]+\s*,\s*){0,4}[rbfu@$]{0,2}["'\x60]{0,3}\s*$`,
);

/** So far before a string its call begins. */
const NEAR = 200;

/** Is a string, whose content begins at the offset, said by a program and not run? */
export function isMessage(text: string, at: number): boolean {
  return ARGUMENT_OF.test(text.slice(Math.max(0, at - NEAR), at));
}
