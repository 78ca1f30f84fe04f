import { type Line, widthOf, write } from './line.ts';

/**
 * cli-table3 0.6.5 measures with the character tables of Unicode 12: newer emoji and the marks of Thai or Hindi
 * throw its columns out. It lays out stand-ins of the same width instead (private-use characters, one column each),
 * and the real text, colours and all, takes their place afterwards.
 */
export function createStandIns() {
  const lines: Line[] = [];
  return {
    put(line: Line): string {
      const width = widthOf(line);
      if (width === 0) return '';
      lines.push(line);
      return String.fromCodePoint(0xf0000 + lines.length - 1) + '\ue000'.repeat(width - 1);
    },
    takeBack(drawn: string): string {
      return drawn.replace(/([\u{f0000}-\u{ffffd}])\ue000*/gu, (_, mark: string) =>
        write(lines[(mark.codePointAt(0) ?? 0) - 0xf0000] ?? []),
      );
    },
  };
}
