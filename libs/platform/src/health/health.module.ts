import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthService } from './health.service';
import { OpsServer } from './ops-server';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  providers: [HealthService, OpsServer],
  exports: [HealthService],
})
export class HealthModule {}
