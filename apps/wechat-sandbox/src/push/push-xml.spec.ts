import { XMLParser } from 'fast-xml-parser';
import vectors from '../crypto/push-vectors.json';
import { authorizedXml, envelopeXml, ticketXml, unauthorizedXml, xmlDocument } from './push-xml';

const messageOf = (id: string): string => vectors.find((vector) => vector.id === id)!.message;
const appid = 'wx134c8103faa5a59e';
const authorizer = 'wxf8b4f85f3a794e77';

describe('push XML', () => {
  it('writes tickets in the layout of the vectors', () => {
    expect(ticketXml(appid, 1413192605, `ticket@@@${'T'.repeat(86)}`)).toBe(messageOf('D1'));
  });

  it('writes authorizations with an absolute code expiry', () => {
    const text = authorizedXml(appid, 1413192760, {
      infoType: 'authorized',
      authorizer,
      code: 'queryauthcode@@@test',
      codeExpiresAt: 1413196360,
      preAuthCode: 'preauthcode@@@test',
    });
    expect(text).toBe(messageOf('D2'));
  });

  it('writes cancellations', () => {
    expect(unauthorizedXml(appid, 1413192999, authorizer)).toBe(messageOf('D3'));
  });

  it('puts the platform, not a user name, on the envelope of events', () => {
    const parsed: unknown = new XMLParser().parse(envelopeXml('AppId', appid, 'YWJj'));
    expect(parsed).toEqual({ xml: { AppId: appid, Encrypt: 'YWJj' } });
  });

  it('survives text that ends a CDATA section', () => {
    const parsed: unknown = new XMLParser().parse(xmlDocument([['Content', 'a]]>b<c>']]));
    expect(parsed).toEqual({ xml: { Content: 'a]]>b<c>' } });
  });
});
