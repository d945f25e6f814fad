import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { CallbackError } from './callback-error';
import { cdata, parseFlatXml, type XmlFault } from './flat-xml';

const MEGABYTE = 1_048_576;
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/);

function faultOf(xml: string, nested: 'refuse' | 'skip' = 'refuse'): XmlFault | 'read' {
  try {
    parseFlatXml(xml, { nested });
    return 'read';
  } catch (error) {
    if (error instanceof CallbackError && error.refusal === 'xml_invalid') return error.detail['fault'] as XmlFault;
    throw error;
  }
}

function read(xml: string): Record<string, string> {
  return Object.fromEntries(parseFlatXml(xml));
}

describe('parseFlatXml', () => {
  it.each<[string, Record<string, string>]>([
    ['<xml></xml>', {}],
    ['<xml/>', {}],
    ['<xml><a>1</a>\n<b><![CDATA[ two ]]></b></xml>', { a: '1', b: ' two ' }],
    ['\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<xml><a>1</a></xml>\n', { a: '1' }],
    ['<xml><a/><b /><c></c></xml>', { a: '', b: '', c: '' }],
    ['<xml ><a\n>1</a\t></xml >', { a: '1' }],
    ['<xml><a>&lt;&gt;&amp;&quot;&apos;</a></xml>', { a: '<>&"\'' }],
    ['<xml><a>&amp;lt;</a></xml>', { a: '&lt;' }],
    ['<xml><a><![CDATA[&amp;]]></a></xml>', { a: '&amp;' }],
    ['<xml><a><![CDATA[<b>]] > ]]]></a></xml>', { a: '<b>]] > ]' }],
    ['<xml><a><![CDATA[x]]]]><![CDATA[>y]]></a></xml>', { a: 'x]]>y' }],
    ['<xml><a>1<![CDATA[2]]>3</a></xml>', { a: '123' }],
    ['<xml><a><![CDATA[]]></a></xml>', { a: '' }],
    ['<xml><a><![CDATA[<!DOCTYPE x>]]></a></xml>', { a: '<!DOCTYPE x>' }],
    ['<xml><__proto__>1</__proto__></xml>', JSON.parse('{"__proto__":"1"}') as Record<string, string>],
    ['<xml><AppId>1</AppId><appid>2</appid></xml>', { AppId: '1', appid: '2' }],
    ['<xml><a>[CDATA[good luck]]</a></xml>', { a: '[CDATA[good luck]]' }],
  ])('reads %s', (xml, fields) => {
    expect(read(xml)).toEqual(fields);
  });

  it.each<[XmlFault, string]>([
    ['malformed', ''],
    ['malformed', 'text'],
    ['malformed', '<xml>'],
    ['malformed', '<xml><a>1</xml>'],
    ['malformed', '<xml><a>1</b></xml>'],
    ['malformed', '<xml><a>1</ab></xml>'],
    ['malformed', '<xml><a>1</a></xml><xml/>'],
    ['malformed', '<xml><a>1</a></xml>x'],
    ['malformed', '<xml>x<a>1</a></xml>'],
    ['malformed', '<xml>x</xml>'],
    ['malformed', '<xml><a b="1">1</a></xml>'],
    ['malformed', '<xml><1a>1</1a></xml>'],
    ['malformed', '<xml>< a>1</a></xml>'],
    ['malformed', '<xml><a>]]></a></xml>'],
    ['malformed', '<xml><a><![CDATA[1]]</a></xml>'],
    ['malformed', '<xml><?php ?><a>1</a></xml>'],
    ['malformed', '<xml><a>1<b/></a></xml>'.replace('<b/>', '<')],
    ['declaration', '<!DOCTYPE xml><xml/>'],
    ['declaration', '<?xml version="1.0"?><!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>'],
    ['declaration', '<xml><!ENTITY a "b"></xml>'],
    ['declaration', '<xml><!-- hidden --></xml>'],
    ['declaration', '<xml><a>1<!-- hidden --></a></xml>'],
    ['declaration', '<xml><a><![cdata[1]]></a></xml>'],
    ['entity', '<xml><a>&lol;</a></xml>'],
    ['entity', '<xml><a>&#60;</a></xml>'],
    ['entity', '<xml><a>&#x3c;</a></xml>'],
    ['entity', '<xml><a>&</a></xml>'],
    ['entity', '<xml><a>a&b</a></xml>'],
    ['entity', '<xml><a>&toString;</a></xml>'],
    ['nesting', '<xml><a><b>1</b></a></xml>'],
    ['duplicate', '<xml><a>1</a><a>1</a></xml>'],
  ])('refuses as %s: %s', (fault, xml) => {
    expect(faultOf(xml)).toBe(fault);
  });

  it('skips well-formed nested elements where asked to, and counts them as fields', () => {
    const xml = '<xml><a>1</a><info><item><x>1</x></item><item><x>2</x></item></info></xml>';
    expect([...parseFlatXml(xml, { nested: 'skip' })]).toEqual([['a', '1']]);
    expect(faultOf('<xml><a><b/></a><a>1</a></xml>', 'skip')).toBe('duplicate');
    expect(faultOf('<xml><a>text<b/></a></xml>', 'skip')).toBe('malformed');
    expect(faultOf('<xml><a><b></a></b></xml>', 'skip')).toBe('malformed');
    expect(faultOf(`${'<a>'.repeat(9)}${'</a>'.repeat(9)}`, 'skip')).toBe('nesting');
  });

  it('refuses a billion laughs before expanding anything', () => {
    const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
    expect(faultOf(`<!DOCTYPE lolz [<!ENTITY l0 "lol">${entities}]><xml><a>&l9;</a></xml>`)).toBe('declaration');
  });

  it('takes 1 MB and not a byte more, counting bytes', () => {
    const around = '<xml><a></a></xml>'.length;
    expect(faultOf(`<xml><a>${'x'.repeat(MEGABYTE - around)}</a></xml>`)).toBe('read');
    expect(faultOf(`<xml><a>${'x'.repeat(MEGABYTE - around + 1)}</a></xml>`)).toBe('too_large');
    expect(faultOf(`<xml><a>${'字'.repeat(400_000)}</a></xml>`)).toBe('too_large');
  });

  it.each<[string, string]>([
    ['open tags', '<a>'.repeat(300_000)],
    ['ampersands', `<xml><a>${'&amp;'.repeat(200_000)}</a></xml>`],
    ['brackets', `<xml><a><![CDATA[${']'.repeat(1_000_000)}`],
    ['spaces', `<xml${' '.repeat(1_000_000)}`],
    ['a declaration without end', `<?xml ${'?'.repeat(1_000_000)}`],
    ['fields', `<xml>${Array.from({ length: 60_000 }, (_, i) => `<a${i}/>`).join('')}</xml>`],
  ])('stays fast on a megabyte of %s', (_what, xml) => {
    const start = performance.now();
    faultOf(xml, 'skip');
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('gives back any text written as CDATA', () => {
    const fields = fc.dictionary(name, fc.string({ unit: 'binary' }), { noNullPrototype: false });
    fc.assert(
      fc.property(fields, (given) => {
        const inner = Object.entries(given).map(([key, value]) => `<${key}>${cdata(value)}</${key}>`);
        expect([...parseFlatXml(`<xml>${inner.join('\n')}</xml>`)]).toEqual(Object.entries(given));
      }),
    );
  });

  it('reads what fast-xml-parser reads', () => {
    const parser = new XMLParser({ parseTagValue: false, trimValues: false });
    const plain = fc.stringMatching(/^[A-Za-z0-9 ]{1,8}$/);
    const value = fc.oneof(
      plain,
      plain.map((text) => cdata(`<${text}&>`)),
      fc.constantFrom('&lt;', '&amp;&gt;', '&quot;x&apos;'),
    );
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, minLength: 1 }), (given) => {
        const safe = given.filter(([key]) => !(key in Object.prototype));
        fc.pre(safe.length > 0);
        const xml = `<xml>${safe.map(([key, text]) => `<${key}>${text}</${key}>`).join('')}</xml>`;
        expect(read(xml)).toEqual((parser.parse(xml) as { xml: unknown }).xml);
      }),
    );
  });

  it('throws nothing but CallbackError', () => {
    const pieces = fc.constantFrom(
      '<xml>',
      '</xml>',
      '<a>',
      '</a>',
      '<a/>',
      '<![CDATA[',
      ']]>',
      '&',
      ';',
      '<!',
      '<?xml ',
      '?>',
      ' ',
      'x',
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        faultOf(parts.join(''));
        faultOf(parts.join(''), 'skip');
      }),
      { numRuns: 2000 },
    );
  });
});
