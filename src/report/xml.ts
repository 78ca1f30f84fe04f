/** What XML 1.0 cannot hold, not even as a character reference: most controls, surrogates, U+FFFE and U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children?: readonly XmlElement[];
  readonly text?: string;
}

/** An XML document with this root, indented, ending in a newline. */
export function renderXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderElement(root, '')}`;
}

function renderElement(element: XmlElement, indent: string): string {
  const attributes = Object.entries(element.attributes)
    .map(([name, value]) => ` ${name}="${escapeAttribute(String(value))}"`)
    .join('');
  const start = `${indent}<${element.name}${attributes}`;
  if (element.text !== undefined) return `${start}>${escapeText(element.text)}</${element.name}>\n`;
  if (!element.children?.length) return `${start}/>\n`;
  const children = element.children.map((child) => renderElement(child, `${indent}  `)).join('');
  return `${start}>\n${children}${indent}</${element.name}>\n`;
}

/** Line breaks in attributes would be read back as spaces, so they go in as references. */
function escapeAttribute(text: string): string {
  return text.replace(ILLEGAL, '').replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character);
}

function escapeText(text: string): string {
  return text.replace(ILLEGAL, '').replace(/[&<>\r]/g, (character) => ENTITIES[character] ?? character);
}
