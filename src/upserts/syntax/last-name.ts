/** `this.query`, `self.query`, `$this->query`, `Queries::UPSERT`: the last part is what is looked up. */
export function lastName(text: string): string | undefined {
  return /^(?:[\w$]+(?:\.|::|->))*[#@$]*([A-Za-z_]\w*[!?]?)$/.exec(text)?.[1];
}
