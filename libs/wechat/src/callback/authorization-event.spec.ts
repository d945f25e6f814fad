import { AppError } from '@app/kernel';
import { CRYPTO_VECTORS } from '../testing/crypto-vectors';
import { readAuthorizationEvent } from './authorization-event';
import { parseFlatXml } from './flat-xml';

function fieldsOf(id: string): Map<string, string> {
  return new Map(parseFlatXml(CRYPTO_VECTORS.find((vector) => vector.id === id)!.plaintext));
}

function without(id: string, field: string): Map<string, string> {
  const fields = fieldsOf(id);
  fields.delete(field);
  return fields;
}

describe('readAuthorizationEvent', () => {
  it('reads a ticket', () => {
    const event = readAuthorizationEvent(fieldsOf('D1'));
    expect(event).toMatchObject({
      infoType: 'component_verify_ticket',
      appid: 'wx134c8103faa5a59e',
      createTime: new Date(1413192605 * 1000),
    });
    expect('ticket' in event && event.ticket.reveal()).toMatch(/^ticket@@@T+$/);
    expect(JSON.stringify(event)).not.toContain('@@@');
  });

  it.each(['authorized', 'updateauthorized'])('reads %s, whose expiry is a Unix time', (infoType) => {
    const event = readAuthorizationEvent(fieldsOf('D2').set('InfoType', infoType));
    if (event.infoType !== infoType || !('authorizationCode' in event)) throw new Error('not a grant');
    expect(event.authorizerAppid).toBe('wxf8b4f85f3a794e77');
    expect(event.codeExpiresAt.getTime() - event.createTime.getTime()).toBe(3_600_000);
    expect(event.authorizationCode.reveal()).toBe('queryauthcode@@@test');
    expect(event.preAuthCode?.reveal()).toBe('preauthcode@@@test');
  });

  it('takes a small expiry for a duration, as the page has it', () => {
    const event = readAuthorizationEvent(fieldsOf('D2').set('AuthorizationCodeExpiredTime', '3600'));
    expect(event).toMatchObject({ codeExpiresAt: new Date((1413192760 + 3600) * 1000) });
  });

  it('does without a pre-auth code', () => {
    expect(readAuthorizationEvent(without('D2', 'PreAuthCode'))).toMatchObject({ preAuthCode: null });
    expect(readAuthorizationEvent(fieldsOf('D2').set('PreAuthCode', ''))).toMatchObject({ preAuthCode: null });
  });

  it('reads a revocation', () => {
    expect(readAuthorizationEvent(fieldsOf('D3'))).toMatchObject({
      infoType: 'unauthorized',
      authorizerAppid: 'wxf8b4f85f3a794e77',
    });
  });

  it('keeps the name of an event we do not act on', () => {
    const event = readAuthorizationEvent(fieldsOf('D3').set('InfoType', 'notify_third_fasteregister'));
    expect(event).toMatchObject({ infoType: 'other', name: 'notify_third_fasteregister' });
  });

  it.each([
    ['D1', 'AppId'],
    ['D1', 'InfoType'],
    ['D1', 'CreateTime'],
    ['D1', 'ComponentVerifyTicket'],
    ['D2', 'AuthorizerAppid'],
    ['D2', 'AuthorizationCode'],
    ['D2', 'AuthorizationCodeExpiredTime'],
    ['D3', 'AuthorizerAppid'],
  ])('names the field that %s lacks: %s', (id, field) => {
    for (const fields of [without(id, field), fieldsOf(id).set(field, '')]) {
      expect(() => readAuthorizationEvent(fields)).toThrow(
        expect.objectContaining({ kind: 'invalid', code: 'event_invalid', detail: { field } }) as AppError,
      );
    }
  });

  it.each([
    ['D1', 'ComponentVerifyTicket'],
    ['D2', 'AuthorizationCode'],
  ])('refuses what %s could not keep: %s', (id, field) => {
    expect(() => readAuthorizationEvent(fieldsOf(id).set(field, 'x'.repeat(1_024)))).not.toThrow();
    expect(() => readAuthorizationEvent(fieldsOf(id).set(field, 'x'.repeat(1_025)))).toThrow(AppError);
  });

  it.each(['soon', '-1', '1e9', '99999999999999'])('refuses the time %s', (time) => {
    expect(() => readAuthorizationEvent(fieldsOf('D1').set('CreateTime', time))).toThrow(AppError);
  });
});
