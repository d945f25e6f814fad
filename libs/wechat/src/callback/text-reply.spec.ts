import { parseFlatXml } from './flat-xml';
import { textReplyXml } from './text-reply';

describe('textReplyXml', () => {
  it('writes the fields WeChat reads, whatever the content', () => {
    const content = 'a]]>b<&你好';
    const xml = textReplyXml({ to: 'openid', from: 'gh_1', content, at: new Date(1_442_401_156_789) });
    expect([...parseFlatXml(xml)]).toEqual([
      ['ToUserName', 'openid'],
      ['FromUserName', 'gh_1'],
      ['CreateTime', '1442401156'],
      ['MsgType', 'text'],
      ['Content', content],
    ]);
  });
});
