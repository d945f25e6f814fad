import { Module } from '@nestjs/common';
import { TenantsModule } from '../tenants.module';
import { CodeCheck } from './code-check';
import { SecondFactorEnrolment } from './enrolment';
import { SecondFactorRepository } from './second-factor.repository';
import { SecondFactors } from './second-factors';
import { SecondStep } from './second-step';

const services = [SecondFactorEnrolment, SecondFactors, SecondStep];

/** What opens and seals second factors. Needs SecretBox besides what people need: commands without keys do without it. */
@Module({
  imports: [TenantsModule],
  providers: [CodeCheck, SecondFactorRepository, ...services],
  exports: services,
})
export class SecondFactorModule {}
