import { type CompletedFlag, ENDS, type Place, type Value } from './grammar.ts';

/** Completion for zsh: one function a place, each a call of zsh's own `_arguments`. */
export function zshScript(places: readonly Place[]): string {
  return `#compdef msgdb
# zsh completion for msgdb. To load it now: source <(msgdb completion zsh)
${places.map((place) => functionOf(place, places)).join('\n')}
if [[ $funcstack[1] == _msgdb ]]; then
  _msgdb "$@"
else
  compdef _msgdb msgdb
fi
`;
}

function functionOf({ path, words, flags, takesFiles }: Place, places: readonly Place[]): string {
  const specs = flags.map(flagSpec).map((spec) => `    ${spec} \\`);
  if (words.length === 0) {
    return `${nameOf(path)}() {
  _arguments -s -S \\
${specs.join('\n')}
    ${takesFiles ? "'*:PATH:_files'" : "'*: :_message argument'"}
}`;
  }
  const next = (word: string) => places.find((each) => !ENDS.has(path) && each.path === `${path} ${word}`.trim());
  const cases = words
    .filter(({ word }) => next(word))
    .map(({ word }) => `    ${word}) ${nameOf(`${path} ${word}`)} ;;`);
  return `${nameOf(path)}() {
  local curcontext="$curcontext" state line
  local -a commands=(
${words.map(({ word, meaning }) => `    ${quote(`${word}:${meaning}`)}`).join('\n')}
  )
  _arguments -C -s -S \\
${specs.join('\n')}
    '1: :{_describe command commands}' '*:: :->rest'
  [[ $state == rest ]] && case $words[1] in
${cases.join('\n')}
  esac
}`;
}

function flagSpec({ long, short, meaning, repeatable, value }: CompletedFlag): string {
  const text = `[${meaning.replaceAll(/[\\[\]:]/g, '\\$&')}]${valueSpec(value)}`;
  const takes = value.kind !== 'none';
  const several = repeatable ? '*' : '';
  const longName = `${several}${long}${takes ? '=' : ''}`;
  if (short === undefined) return quote(`${longName}${text}`);
  const shortName = `${several}${short}${takes ? '+' : ''}`;
  const once = repeatable ? '' : `'(${short} ${long})'`;
  return `${once}${quote(`${shortName}${text}`)} ${once}${quote(`${longName}${text}`)}`;
}

function valueSpec(value: Value): string {
  switch (value.kind) {
    case 'none':
      return '';
    case 'text':
      return `:${value.name}: `;
    case 'files':
      return `:${value.name}:_files`;
    case 'folders':
      return `:${value.name}:_files -/`;
    case 'choices':
      return `:${value.name}:(${value.choices.join(' ')})`;
  }
}

/** `_msgdb_archive_show`. */
function nameOf(path: string): string {
  return ['_msgdb', ...path.trim().split(' ').filter(Boolean)].join('_');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
