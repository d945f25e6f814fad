import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { fastify } from 'fastify';
import { config } from '../config/load-config';
import { ProcessConfig } from '../config/platform.config';
import { HealthService } from './health.service';
import { metrics } from './metrics';

/** The operators' port: metrics and health in detail. Never to be reachable from the internet. */
@Injectable()
export class OpsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(OpsServer.name);
  private readonly server = fastify({ forceCloseConnections: true });

  constructor(private readonly health: HealthService) {
    this.server.get('/metrics', async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.metrics()),
    );
    this.server.get('/health/live', () => ({ status: 'ok' }));
    this.server.get('/health/ready', async (_request, reply) => {
      const { ready, detail } = await this.health.check();
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'error', details: detail });
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const { OPS_PORT, OPS_HOST } = config(ProcessConfig);
    const address = await this.server.listen({ port: OPS_PORT, host: OPS_HOST });
    this.logger.log({ msg: 'ops server listens', address });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.server.close();
  }
}
