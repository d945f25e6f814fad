import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { PlatformRepository } from '../platforms/platform.repository';
import { ComponentTokens } from './component-tokens';

/** Looks at every platform's token before anybody needs it: one that is soon over is refreshed with nobody waiting. */
@Injectable()
export class ComponentTokenUpkeep {
  private readonly logger = new Logger(ComponentTokenUpkeep.name);

  constructor(
    private readonly platforms: PlatformRepository,
    private readonly tokens: ComponentTokens,
  ) {}

  /** Meant for every minute. How many platforms have a token that works, as far as is known. */
  async sweep(): Promise<number> {
    const platforms = await this.platforms.listAll();
    const works = await Promise.all(platforms.map(({ id }) => this.look(id)));
    return works.filter(Boolean).length;
  }

  private async look(platformId: string): Promise<boolean> {
    try {
      await this.tokens.get(platformId);
      return true;
    } catch (err) {
      // Waiting for WeChat's ticket or for a pause to end is nobody's news.
      if (!(err instanceof AppError && err.kind === 'unavailable')) {
        this.logger.warn({ msg: 'no component token', platformId, err });
      }
      return false;
    }
  }
}
