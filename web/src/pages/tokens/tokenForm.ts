import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { Token, TokenChange } from '../../api/generated';

const mostNameBytes = 30;
const heartbeat = { least: 30, most: 90 };
const never = -1;

/** Named as the gateway names its members, so that what it refuses finds its field. */
export interface TokenValues {
  name: string;
  expired_time: number;
  unlimited_quota: boolean;
  remain_quota: number;
  group: string;
  backup_group: string;
  setting: {
    heartbeat: { enabled: boolean; timeout_seconds: number };
    limits: {
      limit_model_setting: { enabled: boolean; models: string[] };
      /** One a line. */
      limits_ip_setting: { enabled: boolean; whitelist: string };
    };
    /** Not in the form: a change without it would take it away. */
    billing_tag?: string;
  };
}

export const newToken: TokenValues = {
  name: '',
  expired_time: never,
  unlimited_quota: true,
  remain_quota: 0,
  group: '',
  backup_group: '',
  setting: {
    heartbeat: { enabled: false, timeout_seconds: heartbeat.least },
    limits: { limit_model_setting: { enabled: false, models: [] }, limits_ip_setting: { enabled: false, whitelist: '' } },
  },
};

export function useTokenSchema() {
  const { t } = useTranslation('tokens');
  return useMemo(() => {
    const models = z
      .object({ enabled: z.boolean(), models: z.array(z.string()) })
      .refine((limit) => !limit.enabled || limit.models.length > 0, { path: ['models'], message: t('form.modelsMissing') });
    const addresses = z
      .object({ enabled: z.boolean(), whitelist: z.string() })
      .refine((limit) => !limit.enabled || linesOf(limit.whitelist).length > 0, { path: ['whitelist'], message: t('form.addressesMissing') });
    const beat = z
      .object({ enabled: z.boolean(), timeout_seconds: z.number().int() })
      .refine(({ enabled, timeout_seconds: seconds }) => !enabled || (seconds >= heartbeat.least && seconds <= heartbeat.most), {
        path: ['timeout_seconds'],
        message: t('form.heartbeatRange', heartbeat),
      });
    return z
      .object({
        name: z.string().trim().min(1, t('form.nameMissing')).refine(fitsName, t('form.nameLong', { count: mostNameBytes })),
        expired_time: z.number(),
        unlimited_quota: z.boolean(),
        remain_quota: z.number().int(),
        group: z.string(),
        backup_group: z.string(),
        setting: z.object({ heartbeat: beat, limits: z.object({ limit_model_setting: models, limits_ip_setting: addresses }), billing_tag: z.string().optional() }),
      })
      .refine(({ backup_group: fallback, group }) => fallback === '' || fallback !== group, { path: ['backup_group'], message: t('form.fallbackSame') });
  }, [t]);
}

/** The gateway counts bytes. */
function fitsName(name: string): boolean {
  return new TextEncoder().encode(name).length <= mostNameBytes;
}

export function valuesOf({ name, expired_time, unlimited_quota, remain_quota, group, backup_group, setting }: Token): TokenValues {
  const models = setting.limits?.limit_model_setting;
  const addresses = setting.limits?.limits_ip_setting;
  return {
    name,
    expired_time,
    unlimited_quota,
    remain_quota,
    group,
    backup_group,
    setting: {
      // The gateway says 0 seconds where none were ever set.
      heartbeat: { enabled: setting.heartbeat?.enabled ?? false, timeout_seconds: Math.max(setting.heartbeat?.timeout_seconds ?? 0, heartbeat.least) },
      limits: {
        limit_model_setting: { enabled: models?.enabled ?? false, models: models?.models ?? [] },
        limits_ip_setting: { enabled: addresses?.enabled ?? false, whitelist: (addresses?.whitelist ?? []).join('\n') },
      },
      billing_tag: setting.billing_tag,
    },
  };
}

export function changeOf({ setting, ...values }: TokenValues): TokenChange {
  const addresses = setting.limits.limits_ip_setting;
  const limits = { ...setting.limits, limits_ip_setting: { enabled: addresses.enabled, whitelist: linesOf(addresses.whitelist) } };
  return { ...values, setting: { ...setting, limits } };
}

function linesOf(text: string): string[] {
  return text.split(/[\n,]/).map((line) => line.trim()).filter(Boolean);
}
