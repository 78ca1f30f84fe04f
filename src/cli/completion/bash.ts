import { ENDS, namesOf, namesWithValue, type Place, type Value } from './grammar.ts';

/**
 * Completion for bash, from 3.2 (macOS) up: no associative arrays, no `mapfile`. `COMP_WORDBREAKS` holds `=`, so that
 * `--format=js` comes as three words.
 */
export function bashScript(places: readonly Place[]): string {
  return `# bash completion for msgdb. To load it now: source <(msgdb completion bash)
_msgdb() {
  local current=\${COMP_WORDS[COMP_CWORD]} flag=\${COMP_WORDS[COMP_CWORD-1]} place='' word i
  local IFS=$'\\n'
  COMPREPLY=()
  if [[ $current == = ]]; then
    current=''
  elif [[ $flag == = ]]; then
    flag=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$place $word" in
${advances(places)}
    esac
  done
  case "$place $flag" in
${places.flatMap(offerValues).join('\n')}
  esac
  case "$place" in
${places.map(offerWords).join('\n')}
  esac
}
_msgdb_words() {
  COMPREPLY=($(compgen -W "$1" -- "$2"))
}
_msgdb_paths() {
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen "$1" -- "$2"))
}
complete -F _msgdb msgdb
`;
}

/** Cases that go from a place to the one of a command, and skip the values of flags. */
function advances(places: readonly Place[]): string {
  const commands = places.flatMap(({ path, words }) =>
    words
      .filter(() => !ENDS.has(path))
      .map(({ word }) => ({ word, path: `${path} ${word}`.trim() }))
      .map((next) => `      '${path} ${next.word}') place='${next.path}' ;;`),
  );
  const skips = places.flatMap(({ path, flags }) => {
    const names = namesWithValue(flags);
    return names.length === 0
      ? []
      : [`      ${patterns(path, names)}) ((i++)); [[ \${COMP_WORDS[i]} == = ]] && ((i++)) ;;`];
  });
  return [...commands, ...skips].join('\n');
}

function offerValues({ path, flags }: Place): readonly string[] {
  return flags
    .filter(({ value }) => value.kind !== 'none')
    .map((flag) => `    ${patterns(path, namesOf([flag]))}) ${offerValue(flag.value)} return ;;`);
}

function offerValue(value: Value): string {
  switch (value.kind) {
    case 'none':
    case 'text':
      return '';
    case 'files':
      return '_msgdb_paths -f "$current";';
    case 'folders':
      return '_msgdb_paths -d "$current";';
    case 'choices':
      return `_msgdb_words '${value.choices.join('\n')}' "$current";`;
  }
}

function offerWords({ path, words, flags, takesFiles }: Place): string {
  const names = words.map(({ word }) => word);
  const files = takesFiles ? '_msgdb_paths -f "$current"' : `_msgdb_words '${names.join('\n')}' "$current"`;
  return `    '${path}')
      if [[ $current == -* ]]; then _msgdb_words '${namesOf(flags).join('\n')}' "$current"; else ${files}; fi ;;`;
}

function patterns(path: string, names: readonly string[]): string {
  return names.map((name) => `'${path} ${name}'`).join(' | ');
}
