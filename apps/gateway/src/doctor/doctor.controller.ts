import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DoctorService } from '@app/credentials';
import { type Reach } from '@app/tenants';
import { type FastifyRequest } from 'fastify';
import { CurrentReach, Requires } from '../access';
import { languageOf } from '../problem';
import { doctorReportDto, type DoctorReportDto } from './doctor.dto';

@ApiTags('platforms')
@Controller('api/v1/platforms')
export class DoctorController {
  constructor(private readonly doctor: DoctorService) {}

  /** Examines the platform, or answers with the last report when that is younger than 10 s. Takes up to 15 s. */
  @Get(':id/doctor')
  @Requires('platform:examine')
  async examine(
    @CurrentReach() reach: Reach,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<DoctorReportDto> {
    return doctorReportDto(await this.doctor.examine(reach, id), languageOf(request));
  }
}
