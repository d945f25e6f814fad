import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AppError, Clock, SystemClock } from '@app/kernel';
import { config } from '../config/load-config';
import { isLoopback } from '../config/local-mode';
import { UpstreamConfig } from '../config/platform.config';
import { SandboxClock } from './sandbox-clock';

async function openClock(): Promise<Clock> {
  const { CLOCK_SOURCE, WECHAT_API_ORIGIN } = config(UpstreamConfig);
  if (CLOCK_SOURCE === 'system') return new SystemClock();
  if (!isLoopback(new URL(WECHAT_API_ORIGIN).hostname)) {
    throw new AppError('invalid', 'config_invalid', {
      message: {
        en: 'settings are wrong: CLOCK_SOURCE=sandbox needs a loopback WECHAT_API_ORIGIN',
        zh: '配置有误：CLOCK_SOURCE=sandbox 只能配合本机的 WECHAT_API_ORIGIN',
      },
    });
  }
  const clock = new SandboxClock(WECHAT_API_ORIGIN);
  await clock.start();
  return clock;
}

@Global()
@Module({ providers: [{ provide: Clock, useFactory: openClock }], exports: [Clock] })
export class ClockModule implements OnApplicationShutdown {
  constructor(@Inject(Clock) private readonly clock: Clock) {}

  onApplicationShutdown(): void {
    if (this.clock instanceof SandboxClock) this.clock.stop();
  }
}
