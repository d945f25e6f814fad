import { Module } from '@nestjs/common';
import { DoctorModule } from '@app/credentials';
import { DoctorController } from './doctor.controller';

@Module({ imports: [DoctorModule], controllers: [DoctorController] })
export class DoctorHttpModule {}
