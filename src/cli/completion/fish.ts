import { type CompletedFlag, ENDS, namesWithValue, type Place } from './grammar.ts';

/** Completion for fish, from 3.0 up (`--force-files`). */
export function fishScript(places: readonly Place[]): string {
  return `# fish completion for msgdb. To load it now: msgdb completion fish | source
function __msgdb_place
    set -l place ''
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch "$place $word"
${places.flatMap(advance).join('\n')}
        end
    end
    echo $place
end
function __msgdb_at
    test (__msgdb_place) = "$argv"
end
complete -c msgdb -f
${places.flatMap(offers).join('\n')}
`;
}

/** Cases that go from a place to the one of a command, and skip the values of flags. */
function advance({ path, words, flags }: Place): readonly string[] {
  const commands = ENDS.has(path)
    ? []
    : words.map(({ word }) => `            case '${path} ${word}'; set place '${`${path} ${word}`.trim()}'`);
  return [
    ...commands,
    `            case ${namesWithValue(flags)
      .map((name) => `'${path} ${name}'`)
      .join(' ')}; set skip yes`,
  ];
}

function offers({ path, words, flags, takesFiles }: Place): readonly string[] {
  const here = `complete -c msgdb -n '__msgdb_at ${path}'`;
  return [
    ...words.map(({ word, meaning }) => `${here} -a ${word} -d ${quote(meaning)}`),
    ...(takesFiles ? [`${here} -F`] : []),
    ...flags.map((flag) => `${here} ${offerFlag(flag)} -d ${quote(flag.meaning)}`),
  ];
}

function offerFlag({ long, short, value }: CompletedFlag): string {
  const names = `-l ${long.slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`}`;
  switch (value.kind) {
    case 'none':
      return names;
    case 'text':
      return `${names} -x`;
    case 'files':
      return `${names} -r -F`;
    case 'folders':
      return `${names} -x -a '(__fish_complete_directories)'`;
    case 'choices':
      return `${names} -x -a '${value.choices.join(' ')}'`;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
