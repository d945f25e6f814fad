import { AppError } from '@app/kernel';

/** The same for a foreign id and for one that never existed. */
export function platformNotFound(): AppError {
  return new AppError('not_found', 'platform_not_found', {
    message: { en: 'There is no such platform.', zh: '没有这个第三方平台。' },
  });
}

/** A push or a page names a component_appid that is not registered here. */
export function platformUnknown(): AppError {
  return new AppError('not_found', 'platform_unknown', {
    message: { en: 'This component_appid is not registered here.', zh: '此处未登记该 component_appid。' },
  });
}

export function platformExists(): AppError {
  return new AppError('conflict', 'platform_exists', {
    message: { en: 'A platform with this appid is already registered.', zh: '该 AppID 的第三方平台已登记。' },
  });
}

export function providerRequired(): AppError {
  return new AppError('invalid', 'provider_required', {
    message: { en: 'Name the provider: you belong to several.', zh: '您属于多个服务商，请指明 provider。' },
  });
}
