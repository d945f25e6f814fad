import { CallbackError } from './callback-error';

/** Which rule the text breaks; `at` in the error's detail is the character offset. */
export type XmlFault = 'too_large' | 'malformed' | 'declaration' | 'entity' | 'nesting' | 'duplicate';

export interface FlatXmlOptions {
  /**
   * `refuse` (default): only root and fields. `skip`: elements inside a field must be well formed and are left out,
   * as `notify_third_fasteregister` and several message events carry such a field and must not be refused.
   */
  readonly nested?: 'refuse' | 'skip';
}

export const MAX_XML_BYTES = 1_048_576;
const DEEPEST = { refuse: 2, skip: 8 } as const;
const START_TAG = /<([A-Za-z_][\w.-]*)[ \t\r\n]*(\/?)>/y;
const TAG_END = /[ \t\r\n]*>/y;
const PROLOG = /\uFEFF?[ \t\r\n]*(?:<\?xml[ \t\r\n][^<>]*\?>)?[ \t\r\n]*/y;
const ENTITY = /&(?:(amp|lt|gt|quot|apos);)?/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const CDATA = '<![CDATA[';

/**
 * The fields of `<xml><Name>text</Name>…</xml>`, in order, text exactly as sent (nothing is trimmed).
 *
 * This is the small part of XML that WeChat uses, and nothing more: an XML declaration, elements without attributes,
 * CDATA, the five predefined entities. Refused are DTDs, comments, processing instructions, other entities (character
 * references too: WeChat sends text as CDATA), repeated fields, and more than 1 MB. Time is linear in the length.
 * Throws CallbackError `xml_invalid` with detail `{fault, at}`.
 */
export function parseFlatXml(xml: string, options: FlatXmlOptions = {}): ReadonlyMap<string, string> {
  if (xml.length > MAX_XML_BYTES || Buffer.byteLength(xml) > MAX_XML_BYTES) throw refused('too_large', MAX_XML_BYTES);
  return new FlatXmlReader(xml, DEEPEST[options.nested ?? 'refuse']).read();
}

/** `text` as a CDATA section; an inner `]]>` is split over two sections. */
export function cdata(text: string): string {
  return `${CDATA}${text.replaceAll(']]>', `]]]]>${CDATA}>`)}]]>`;
}

function refused(fault: XmlFault, at: number): CallbackError {
  return new CallbackError('xml_invalid', { fault, at });
}

class FlatXmlReader {
  private readonly fields = new Map<string, string>();
  private readonly seen = new Set<string>();
  private at = 0;

  constructor(
    private readonly source: string,
    private readonly deepest: number,
  ) {}

  read(): ReadonlyMap<string, string> {
    this.take(PROLOG);
    this.element(1);
    if (this.source.slice(this.at).trim() !== '') throw refused('malformed', this.at);
    return this.fields;
  }

  private element(depth: number): void {
    const start = this.at;
    const tag = this.take(START_TAG);
    const name = tag?.[1];
    if (name === undefined) throw refused(this.isAt('<!') ? 'declaration' : 'malformed', start);
    if (depth > this.deepest) throw refused('nesting', start);
    const text = tag?.[2] === '/' ? '' : this.content(name, depth);
    if (depth === 1 && text !== null && text.trim() !== '') throw refused('malformed', start);
    if (depth !== 2) return;
    if (this.seen.has(name)) throw refused('duplicate', start);
    this.seen.add(name);
    if (text !== null) this.fields.set(name, text);
  }

  /** Up to and including the end tag of `name`: its text, or null when it holds elements. */
  private content(name: string, depth: number): string | null {
    let text = '';
    let holdsElements = false;
    for (;;) {
      text += this.plain();
      if (this.isAt('</')) break;
      if (this.isAt(CDATA)) text += this.cdataSection();
      else {
        this.element(depth + 1);
        holdsElements = true;
      }
    }
    this.endTag(name);
    if (!holdsElements) return text;
    if (text.trim() !== '') throw refused('malformed', this.at);
    return null;
  }

  private plain(): string {
    const start = this.at;
    const end = this.source.indexOf('<', start);
    if (end < 0) throw refused('malformed', start);
    this.at = end;
    if (end === start) return '';
    const text = this.source.slice(start, end);
    if (text.includes(']]>')) throw refused('malformed', start);
    if (!text.includes('&')) return text;
    return text.replace(ENTITY, (_all, entity: string | undefined) => {
      const plain = entity === undefined ? undefined : ENTITIES[entity];
      if (plain === undefined) throw refused('entity', start);
      return plain;
    });
  }

  private cdataSection(): string {
    const start = this.at + CDATA.length;
    const end = this.source.indexOf(']]>', start);
    if (end < 0) throw refused('malformed', this.at);
    this.at = end + 3;
    return this.source.slice(start, end);
  }

  private endTag(name: string): void {
    const start = this.at;
    if (!this.isAt(`</${name}`)) throw refused('malformed', start);
    this.at += name.length + 2;
    if (!this.take(TAG_END)) throw refused('malformed', start);
  }

  private isAt(text: string): boolean {
    return this.source.startsWith(text, this.at);
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    if (found) this.at = pattern.lastIndex;
    return found;
  }
}
