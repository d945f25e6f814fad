import { Module } from '@nestjs/common';
import { config, ProcessConfig, SafeFetch } from '@app/platform';
import { CredentialsModule } from '../credentials.module';
import { PlatformSecretsRepository } from '../platforms/platform-secrets.repository';
import { PlatformRepository } from '../platforms/platform.repository';
import { DoctorFacts } from './doctor-facts';
import { DoctorRunRepository } from './doctor-run.repository';
import { DoctorRepository } from './doctor.repository';
import { DoctorService } from './doctor.service';
import { Examination } from './examination';
import { PublicProbe } from './public-probe';
import { PushRefusalRepository } from './push-refusal.repository';
import { PushRefusals } from './push-refusals';
import { TokenProbe } from './token-probe';
import { WechatProbe } from './wechat-probe';

const web = {
  provide: SafeFetch,
  useFactory: () => new SafeFetch({ allowLoopback: config(ProcessConfig).LOCAL_MODE }),
};

/** Examines platforms. What it needs of CredentialsModule holds no state of its own, or is exported there. */
@Module({
  imports: [CredentialsModule],
  providers: [
    web,
    DoctorFacts,
    DoctorRepository,
    DoctorRunRepository,
    DoctorService,
    Examination,
    PlatformRepository,
    PlatformSecretsRepository,
    PublicProbe,
    PushRefusalRepository,
    PushRefusals,
    TokenProbe,
    WechatProbe,
  ],
  exports: [DoctorService, PushRefusals],
})
export class DoctorModule {}
