/** One element per line, text in CDATA, numbers bare: the layout of the official examples. */
export type XmlFields = readonly (readonly [string, string | number])[];

const cdata = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

const element = (name: string, value: string | number): string =>
  `<${name}>${typeof value === 'number' ? value : cdata(value)}</${name}>`;

export function xmlDocument(fields: XmlFields): string {
  return `<xml>${fields.map(([name, value]) => element(name, value)).join('\n')}\n</xml>`;
}

/** All times are Unix seconds. */
export function ticketXml(appid: string, createTime: number, ticket: string): string {
  return xmlDocument([
    ['AppId', appid],
    ['CreateTime', createTime],
    ['InfoType', 'component_verify_ticket'],
    ['ComponentVerifyTicket', ticket],
  ]);
}

export interface AuthorizedFields {
  readonly infoType: 'authorized' | 'updateauthorized';
  readonly authorizer: string;
  readonly code: string;
  /** Absolute, although WeChat's page calls it a duration: field dumps show CreateTime + 3600. */
  readonly codeExpiresAt: number;
  readonly preAuthCode: string;
}

export function authorizedXml(appid: string, createTime: number, event: AuthorizedFields): string {
  return xmlDocument([
    ['AppId', appid],
    ['CreateTime', createTime],
    ['InfoType', event.infoType],
    ['AuthorizerAppid', event.authorizer],
    ['AuthorizationCode', event.code],
    ['AuthorizationCodeExpiredTime', event.codeExpiresAt],
    ['PreAuthCode', event.preAuthCode],
  ]);
}

export function unauthorizedXml(appid: string, createTime: number, authorizer: string): string {
  return xmlDocument([
    ['AppId', appid],
    ['CreateTime', createTime],
    ['InfoType', 'unauthorized'],
    ['AuthorizerAppid', authorizer],
  ]);
}

/** AppId for the event URL, ToUserName (gh_…) for messages of an account. */
export function envelopeXml(idField: 'AppId' | 'ToUserName', id: string, encrypted: string): string {
  return xmlDocument([
    [idField, id],
    ['Encrypt', encrypted],
  ]);
}
