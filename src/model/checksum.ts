import { createHash } from 'node:crypto';

/** What a file is known by in a history: as it is recorded now, and as earlier versions recorded it. */
export interface Checksums {
  readonly checksum: string;
  /** Absent where there never was another form. */
  readonly formerChecksum?: string | undefined;
}

/**
 * SHA-256 of texts, in hex. Line ends, blanks at the end of lines and line ends at the end of a text do not count: editors and
 * checkouts change them by themselves. Nor does a byte order mark.
 */
export function checksumOf(texts: readonly string[]): string {
  return sha256(texts.map(withoutBlanks));
}

/** The checksum that versions up to 0.1 recorded: of line ends it ignores only the kind. */
export function formerChecksumOf(texts: readonly string[]): string {
  return sha256(texts.map((text) => text.replaceAll('\r\n', '\n')));
}

/** Is what was recorded the checksum of this content, in either form? */
export function hasContent({ checksum, formerChecksum }: Checksums, recorded: string): boolean {
  return recorded === checksum || recorded === formerChecksum;
}

function withoutBlanks(text: string): string {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}

function sha256(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\0')).digest('hex');
}
