import { FetchingModule } from '@app/fetching';
import { Module } from '@nestjs/common';
import { FetchesController } from './fetches.controller';

@Module({ imports: [FetchingModule], controllers: [FetchesController] })
export class FetchesHttpModule {}
