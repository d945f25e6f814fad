import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { gateFinding, ownerFinding } from './accounts-check-policy';
import { callbackFinding } from './callback-policy';
import { CHECKS } from './check-why';
import { clockFinding } from './clock-policy';
import { DoctorFacts } from './doctor-facts';
import { originFinding, pageFinding } from './domain-policy';
import { judged, notChecked, worstLevel, type Finding, type FindingLevel, type Gathered } from './finding';
import { gathered } from './gather';
import { otherEnvironmentFinding } from './other-environment-policy';
import { PublicProbe, type ExaminedPlatform } from './public-probe';
import { componentQuotaFinding, datacubeQuotaFinding, parkedFinding, resetsFinding } from './quota-check-policy';
import { rivalFacts } from './rival-policy';
import { signatureFinding, ticketFinding } from './ticket-check-policy';
import { tokenFinding } from './token-check-policy';
import { QUOTA_NOT_TOLD, TokenProbe, type ComponentQuota, type HadToken } from './token-probe';
import { WechatProbe } from './wechat-probe';
import { probeFindings } from './wechat-probe-policy';
import { said } from './wording';

/** All that one run found; holds no secret. */
export interface DoctorReport {
  readonly platformId: string;
  readonly appid: string;
  readonly level: FindingLevel;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly findings: readonly Finding[];
}

/** Whatever is not known by then is `unknown`: with the look into the database all ends within 15 s. */
const LIMIT_MS = 12_000;
const TOKEN_MS = 6_000;
const TOKEN_NOT_HAD = said('there is no component token to ask with.', '没有可用于查询的平台令牌。');
const QUOTA_REFUSED = said('WeChat refuses the component token.', '微信拒绝了平台令牌。');
const PARTLY = said(
  'nothing suspicious in what could be looked at, but some of it could not.',
  '已检查的部分未见异常，但有部分信息无法取得。',
);

/** Gathers every fact at once, then lets the policies judge. */
@Injectable()
export class Examination {
  private readonly logger = new Logger(Examination.name);

  constructor(
    private readonly web: PublicProbe,
    private readonly wechat: WechatProbe,
    private readonly tokens: TokenProbe,
    private readonly stored: DoctorFacts,
    private readonly clock: Clock,
  ) {}

  async run(platform: ExaminedPlatform): Promise<DoctorReport> {
    const startedAt = this.clock.now().toISOString();
    const findings = await this.findings(platform);
    findings.sort((a, b) => CHECKS.indexOf(a.check) - CHECKS.indexOf(b.check));
    const finishedAt = this.clock.now().toISOString();
    const { id: platformId, appid } = platform;
    return { platformId, appid, level: worstLevel(findings), startedAt, finishedAt, findings };
  }

  private async findings(platform: ExaminedPlatform): Promise<Finding[]> {
    const since = platform.createdAt;
    const [callback, page, probe, { had, quota }, datacube, stored] = await Promise.all([
      this.gather('callback', () => this.web.callback(platform)),
      this.gather('page', () => this.web.page(platform)),
      this.gather('probe', () => this.wechat.run(platform)),
      this.tokenAndQuota(platform),
      this.gather('datacube quota', () => this.tokens.datacubeQuota(platform)),
      this.stored.all(platform, (name, work) => this.gather(name, work)),
    ]);
    const { tickets, refusals, counters, parked, accounts, delays } = stored;
    // Read after the probes: they took a while.
    const now = this.clock.now();
    const ticketAt = tickets.known ? tickets.value.receivedAt : null;
    const refused = quota.known ? quota.value.refused : null;
    return [
      judged('callback', callback, callbackFinding),
      judged('push_signatures', refusals, (list) => signatureFinding(list, ticketAt, now)),
      originFinding(platform.publicOrigin, this.web.isLocal),
      judged('connect_page', page, pageFinding),
      ...(probe.known ? probeFindings(probe.value.result) : notProbed(probe.because)),
      judged('ticket', tickets, (facts) => ticketFinding(facts, now)),
      judged('component_token', both(had, counters), ([{ got, row }, { today }]) =>
        tokenFinding({ ...row, got, refused, boughtToday: today.get('component_token_bought') ?? 0 }, now),
      ),
      judged('clock', delays, (pushDelaysMs) =>
        clockFinding({ skewMs: null, marginMs: 0, ...(probe.known && probe.value), pushDelaysMs }),
      ),
      judged('quota_component', quota, ({ calls, refused: no }) => {
        const because = no ? QUOTA_REFUSED : calls.length === 0 ? QUOTA_NOT_TOLD : null;
        return because ? notChecked('quota_component', because) : componentQuotaFinding(calls);
      }),
      judged('quota_datacube', datacube, datacubeQuotaFinding),
      judged('parked_calls', parked, parkedFinding),
      judged('quota_resets', counters, ({ resetsThisMonth }) => resetsFinding(resetsThisMonth)),
      judged('other_environment', counters, (counted) => {
        const clues = { platformSince: since, counters: counted, tickets, refusals, probe, callback, quota };
        const { facts, isWhole } = rivalFacts(clues, now);
        const found = otherEnvironmentFinding(facts);
        return found.level === 'ok' && !isWhole ? notChecked('other_environment', PARTLY) : found;
      }),
      judged('accounts_gate', accounts, gateFinding),
      judged('accounts_owner', accounts, ownerFinding),
    ];
  }

  private async tokenAndQuota(
    platform: ExaminedPlatform,
  ): Promise<{ had: Gathered<HadToken>; quota: Gathered<ComponentQuota> }> {
    const had = await this.gather('component token', () => this.tokens.component(platform), TOKEN_MS);
    const token = had.known ? had.value.token : null;
    if (token === null) return { had, quota: { known: false, because: TOKEN_NOT_HAD } };
    return { had, quota: await this.gather('component quota', () => this.tokens.componentQuota(token), TOKEN_MS) };
  }

  private gather<T>(name: string, work: () => Promise<T>, ms = LIMIT_MS): Promise<Gathered<T>> {
    return gathered(work, ms, (err) => {
      this.logger.warn({ msg: 'a check of the doctor failed', name, err });
    });
  }
}

function notProbed(because: { en: string; zh: string }): Finding[] {
  return (['wechat_api', 'platform_state', 'ip_white_list', 'app_secret', 'ticket_push'] as const).map((check) =>
    notChecked(check, because),
  );
}

function both<A, B>(a: Gathered<A>, b: Gathered<B>): Gathered<[A, B]> {
  if (!a.known) return a;
  return b.known ? { known: true, value: [a.value, b.value] } : b;
}
