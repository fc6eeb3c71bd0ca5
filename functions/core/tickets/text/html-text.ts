/** A text in which tags are markup, and not what someone writes about. */
const HAS_MARKUP = /<\/[a-z][a-z0-9]{0,15}\s{0,5}>|<br\s{0,5}\/?>|<(?:p|html|body)[\s>]|<!doctype/i;
const TAG = /<(\/?)([a-zA-Z][\w:-]{0,20})(?=[\s/>])([^<>]*)>/y;
const DECLARATION = /<[!?][^<>]*>/y;

/** Elements whose content nobody sees as text. */
const UNSEEN = new Set(['script', 'style', 'head', 'template', 'noscript', 'svg', 'object', 'iframe']);
const BLOCKS = new Set(
  'address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tr ul'.split(
    ' ',
  ),
);
const INLINE = new Set(
  'a abbr b big body button center cite code col colgroup dd del details em font html i img input ins kbd label link mark meta o:p q s samp small span strike strong sub summary sup td tfoot th thead title tt u var wbr'.split(
    ' ',
  ),
);
/** What mail programs put around the mail that is replied to. */
const QUOTE =
  /class\s*=\s*["']?[^"'>]*(?:gmail_quote|yahoo_quoted|moz-cite|protonmail_quote|zmail_extra)|type\s*=\s*["']?cite|id\s*=\s*["']?(?:divRplyFwdMsg|appendonsend|replySplit)/i;

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', copy: '©', reg: '®', trade: '™' },
  ...{ hellip: '…', ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', bull: '•' },
  ...{ laquo: '«', raquo: '»', euro: '€', pound: '£', yen: '¥', cent: '¢', deg: '°', middot: '·', sect: '§' },
  ...{
    auml: 'ä',
    ouml: 'ö',
    uuml: 'ü',
    Auml: 'Ä',
    Ouml: 'Ö',
    Uuml: 'Ü',
    szlig: 'ß',
    eacute: 'é',
    Eacute: 'É',
  },
  ...{ egrave: 'è', ecirc: 'ê', agrave: 'à', aacute: 'á', acirc: 'â', atilde: 'ã', aring: 'å', aelig: 'æ' },
  ...{ ccedil: 'ç', iacute: 'í', icirc: 'î', iuml: 'ï', ntilde: 'ñ', oacute: 'ó', ocirc: 'ô', otilde: 'õ' },
  ...{ oslash: 'ø', uacute: 'ú', ugrave: 'ù', ucirc: 'û', iexcl: '¡', iquest: '¿', times: '×', rarr: '→' },
};

/**
 * The text of HTML, as a reader would see it, without the mail that it replies to; a text without markup stays as it
 * is, apart from entities. Takes time in proportion to the length of whatever it is given.
 */
export function htmlText(text: string): string {
  const plain = HAS_MARKUP.test(text) ? new Reader(text).read() : text;
  return plain.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z]{2,8}));/g, entity);
}

/** Goes through the text once. Quoted elements are counted by name, so that nested ones end where they should. */
class Reader {
  readonly #html: string;
  readonly #parts: string[] = [];
  /** The element of the quoted mail that the reader is in, and how many of that name are open. */
  #quote: { readonly name: string; depth: number } | undefined;
  /** What is known not to come any more; else each opening would be a search to the end. */
  readonly #gone = new Set<string>();

  constructor(html: string) {
    this.#html = html;
  }

  read(): string {
    let at = 0;
    while (at < this.#html.length) {
      const next = this.#html.indexOf('<', at);
      if (next < 0) break;
      this.#add(this.#html.slice(at, next));
      at = this.#markup(next);
    }
    this.#add(this.#html.slice(at));
    return this.#parts.join('');
  }

  /** Where the markup that begins there ends. What only begins like one is text. */
  #markup(at: number): number {
    if (this.#html.startsWith('<!--', at)) return this.#after('-->', at + 4) ?? at + 4;
    DECLARATION.lastIndex = at;
    if (DECLARATION.test(this.#html)) return DECLARATION.lastIndex;
    TAG.lastIndex = at;
    const [whole, slash = '', rawName = '', attributes = ''] = TAG.exec(this.#html) ?? [];
    const name = rawName.toLowerCase();
    if (whole === undefined || !(BLOCKS.has(name) || INLINE.has(name) || UNSEEN.has(name))) {
      this.#add('<');
      return at + 1;
    }
    const end = at + whole.length;
    if (UNSEEN.has(name)) return slash === '' ? (this.#after(`</${rawName}`, end, '>') ?? end) : end;
    this.#element(name, slash !== '', attributes);
    return end;
  }

  #element(name: string, isClosing: boolean, attributes: string): void {
    const quote = this.#quote;
    if (quote?.name === name) quote.depth += isClosing ? -1 : 1;
    else if (quote === undefined && !isClosing && QUOTE.test(attributes)) this.#quote = { name, depth: 1 };
    if (quote?.depth === 0) this.#quote = undefined;
    if (name === 'li' && !isClosing) this.#add('\n- ');
    else if (name === 'td' || name === 'th') this.#add(' ');
    else if (BLOCKS.has(name)) this.#add('\n');
  }

  #add(text: string): void {
    if (this.#quote === undefined && text !== '') this.#parts.push(text);
  }

  #after(closing: string, from: number, last = ''): number | undefined {
    if (this.#gone.has(closing)) return undefined;
    const found = this.#html.indexOf(closing, from);
    const end = found < 0 ? -1 : this.#html.indexOf(last, found + closing.length);
    if (end >= 0) return end + last.length;
    this.#gone.add(closing);
    return undefined;
  }
}

function entity(whole: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return ENTITIES[name] ?? whole;
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || code === 0) return '\uFFFD';
  return String.fromCodePoint(code);
}
