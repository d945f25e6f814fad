import { Secret } from '@app/kernel';
import { Webhook } from 'standardwebhooks';
import { newSigningSecret, signatureHeaders } from './signature';

const now = (): number => Math.floor(Date.now() / 1_000);
const body = '{"type":"webhook.ping","name":"灯笼茶"}';

/** Judged by the library that receivers use. */
describe('signatureHeaders', () => {
  it('signs as the published example says', () => {
    const secret = new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const signed = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' };
    expect(signatureHeaders(signed, [secret])).toEqual({
      'webhook-id': signed.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is taken by the library of Standard Webhooks, with either of two secrets', () => {
    const [fresh, old, other] = [newSigningSecret(), newSigningSecret(), newSigningSecret()];
    const headers = signatureHeaders({ id: 'evt_1', timestamp: now(), body }, [fresh, old]);
    for (const secret of [fresh, old])
      expect(new Webhook(secret.reveal()).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(other.reveal()).verify(body, headers)).toThrow();
    expect(() => new Webhook(fresh.reveal()).verify(`${body} `, headers)).toThrow();
    expect(() => new Webhook(fresh.reveal()).verify(body, { ...headers, 'webhook-id': 'evt_2' })).toThrow();
    const late = signatureHeaders({ id: 'evt_1', timestamp: now() - 600, body }, [fresh]);
    expect(() => new Webhook(fresh.reveal()).verify(body, late)).toThrow();
  });

  it('makes secrets of 256 bits that differ', () => {
    const made = Array.from({ length: 20 }, () => newSigningSecret().reveal());
    expect(new Set(made).size).toBe(20);
    for (const secret of made) expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
  });
});
