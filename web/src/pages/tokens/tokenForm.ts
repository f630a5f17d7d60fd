import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { Token, TokenChange } from '../../api/generated';

const mostNameBytes = 30;
const heartbeat = { least: 30, most: 90 };
const never = -1;

export interface TokenValues {
  name: string;
  expires: number;
  unlimited: boolean;
  quota: number;
  group: string;
  fallback: string;
  modelsLimited: boolean;
  models: string[];
  addressesLimited: boolean;
  addresses: string;
  heartbeat: boolean;
  heartbeatS: number;
}

export const newToken: TokenValues = {
  name: '',
  expires: never,
  unlimited: true,
  quota: 0,
  group: '',
  fallback: '',
  modelsLimited: false,
  models: [],
  addressesLimited: false,
  addresses: '',
  heartbeat: false,
  heartbeatS: heartbeat.least,
};

export function useTokenSchema() {
  const { t } = useTranslation('tokens');
  return useMemo(
    () =>
      z
        .object({
          name: z.string().trim().min(1, t('form.nameMissing')).refine(fitsName, t('form.nameLong', { count: mostNameBytes })),
          expires: z.number(),
          unlimited: z.boolean(),
          quota: z.number().int(),
          group: z.string(),
          fallback: z.string(),
          modelsLimited: z.boolean(),
          models: z.array(z.string()),
          addressesLimited: z.boolean(),
          addresses: z.string(),
          heartbeat: z.boolean(),
          heartbeatS: z.number().int(),
        })
        .refine(({ modelsLimited, models }) => !modelsLimited || models.length > 0, { path: ['models'], message: t('form.modelsMissing') })
        .refine(({ addressesLimited, addresses }) => !addressesLimited || linesOf(addresses).length > 0, { path: ['addresses'], message: t('form.addressesMissing') })
        .refine(({ fallback, group }) => fallback === '' || fallback !== group, { path: ['fallback'], message: t('form.fallbackSame') })
        .refine((values) => !values.heartbeat || (values.heartbeatS >= heartbeat.least && values.heartbeatS <= heartbeat.most), {
          path: ['heartbeatS'],
          message: t('form.heartbeatRange', heartbeat),
        }),
    [t],
  );
}

/** The gateway counts bytes. */
function fitsName(name: string): boolean {
  return new TextEncoder().encode(name).length <= mostNameBytes;
}

export function valuesOf(token: Token): TokenValues {
  const { heartbeat: beat, limits } = token.setting;
  const models = limits?.limit_model_setting;
  const addresses = limits?.limits_ip_setting;
  return {
    name: token.name,
    expires: token.expired_time,
    unlimited: token.unlimited_quota,
    quota: token.remain_quota,
    group: token.group,
    fallback: token.backup_group,
    modelsLimited: models?.enabled ?? false,
    models: models?.models ?? [],
    addressesLimited: addresses?.enabled ?? false,
    addresses: (addresses?.whitelist ?? []).join('\n'),
    heartbeat: beat?.enabled ?? false,
    // The gateway says 0 where it was never set.
    heartbeatS: Math.max(beat?.timeout_seconds ?? 0, heartbeat.least),
  };
}

export function changeOf(values: TokenValues): TokenChange {
  return {
    name: values.name,
    expired_time: values.expires,
    unlimited_quota: values.unlimited,
    remain_quota: values.quota,
    group: values.group,
    backup_group: values.fallback,
    setting: {
      heartbeat: { enabled: values.heartbeat, timeout_seconds: values.heartbeatS },
      limits: {
        limit_model_setting: { enabled: values.modelsLimited, models: values.models },
        limits_ip_setting: { enabled: values.addressesLimited, whitelist: linesOf(values.addresses) },
      },
    },
  };
}

function linesOf(text: string): string[] {
  return text.split(/[\n,]/).map((line) => line.trim()).filter(Boolean);
}
