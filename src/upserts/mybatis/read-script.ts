import type { Deadline } from '../deadline.ts';
import { PiecedText } from '../syntax/pieced-text.ts';
import type { FoundText } from '../syntax/reader.ts';
import { readXml } from './read-xml.ts';
import { renderVariants } from './render-variants.ts';

/** A string that MyBatis reads as a script; its beginning may come from elsewhere. */
const SCRIPT = /^\s*<script\s*>|<\/script\s*>\s*$/i;
/** More ways than are gone through the conditions of one script. */
const MOST_WAYS = 100_000;

/**
 * A text of a program as it is; one in `<script>`, as annotations and providers of MyBatis have it, once for each way in
 * which its `<if>` and `<choose>` make another upsert of it.
 * @throws OutOfTime
 */
export function* readScript(found: FoundText, deadline: Deadline): Generator<FoundText> {
  const script = new PiecedText(found.pieces);
  if (!SCRIPT.test(script.text)) return yield found;
  for (const { pieces, loose, variant = 0 } of renderVariants(readXml(script.text, deadline))) {
    const parts = pieces.map((piece) => {
      const end = piece.at + piece.text.length;
      return script.text.slice(piece.at, end) === piece.text ? { start: piece.at, end } : piece;
    });
    yield {
      pieces: script.join(parts).pieces,
      scope: found.scope,
      loose: loose || found.loose === true,
      variant: (found.variant ?? 0) * MOST_WAYS + variant,
    };
  }
}
