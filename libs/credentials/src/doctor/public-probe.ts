import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { SafeFetch, SafeFetchError, type SafeAnswer } from '@app/platform';
import { sealPush } from '@app/wechat';
import { platformUnknown } from '../platforms/platform.errors';
import { PlatformSecretsRepository } from '../platforms/platform-secrets.repository';
import { type CallbackFacts, type WebResult } from './callback-policy';
import { DoctorRepository, PROBE_INFO_TYPE } from './doctor.repository';
import { type PageFacts } from './domain-policy';
import { textOf } from './gather';

export interface ExaminedPlatform {
  readonly id: string;
  readonly appid: string;
  readonly publicOrigin: string;
  readonly createdAt: Date;
}

/** WeChat's own patience (alarm pages): DNS 5 s, connecting 3 s, 5 s in all. */
const LIMITS = { totalMs: 5_000, dnsMs: 5_000, connectMs: 3_000 };
const CALLBACK_BYTES = 4_096;
const PAGE_BYTES = 262_144;

/** Comes to our own public address from outside, as WeChat and a merchant's browser do. */
@Injectable()
export class PublicProbe {
  constructor(
    private readonly secrets: PlatformSecretsRepository,
    private readonly inbox: DoctorRepository,
    private readonly web: SafeFetch,
    private readonly clock: Clock,
  ) {}

  /** Loopback addresses are allowed: the whole installation is on this machine. */
  get isLocal(): boolean {
    return this.web.allowsLoopback;
  }

  /** A push of ours, sealed as WeChat seals, and whether it ended in this installation's inbox. */
  async callback(platform: ExaminedPlatform): Promise<CallbackFacts> {
    const keys = await this.secrets.findKeys(platform.appid);
    if (!keys) throw platformUnknown();
    const timestamp = Math.floor(this.clock.now().getTime() / 1_000);
    const xml = probeXml(platform.appid, timestamp);
    const sealed = sealPush(keys, { xml, timestamp, nonce: randomBytes(8).toString('hex') });
    const url = `${platform.publicOrigin}/wechat/${platform.appid}/events`;
    const headers = { 'content-type': 'text/xml' };
    const request = { method: 'POST', headers, body: sealed.body, maxBytes: CALLBACK_BYTES, ...LIMITS } as const;
    const result = await resultOf(this.web.fetch(`${url}?${sealed.query}`, request), ({ body }) => ({
      bytes: body.length,
      isSuccess: body.toString('latin1') === 'success',
    }));
    const inInbox = await this.inbox.takeProbe(platform.id, xml).catch(() => null);
    return { url, result, inInbox };
  }

  /** The page of an invite that does not exist: it has no side effect, and the headers of all of them. */
  async page({ publicOrigin }: ExaminedPlatform): Promise<PageFacts> {
    const url = `${publicOrigin}/connect/doctor-${randomBytes(16).toString('hex')}`;
    const request = { method: 'GET', maxBytes: PAGE_BYTES, ...LIMITS } as const;
    return resultOf(this.web.fetch(url, request), ({ headers }) => ({
      referrerPolicy: headers.get('referrer-policy') ?? '',
      contentPolicy: headers.get('content-security-policy') ?? '',
    }));
  }
}

function probeXml(appid: string, timestamp: number): string {
  return (
    `<xml><AppId><![CDATA[${appid}]]></AppId><CreateTime>${timestamp}</CreateTime>` +
    `<InfoType><![CDATA[${PROBE_INFO_TYPE}]]></InfoType><Nonce><![CDATA[${randomBytes(16).toString('hex')}]]></Nonce></xml>`
  );
}

async function resultOf<T>(answer: Promise<SafeAnswer>, read: (answer: SafeAnswer) => T): Promise<WebResult<T>> {
  try {
    const given = await answer;
    return { answered: true, status: given.status, ms: given.ms, ...read(given) };
  } catch (error) {
    if (!(error instanceof SafeFetchError)) throw error;
    return { answered: false, fault: error.fault, text: textOf(error) };
  }
}
