import type { SetupSteps, StorageCheck } from '../../api/generated';
import { isStorageFit } from './storage';

export const stepIds = ['password', 'site', 'storage', 'provider', 'token', 'test'] as const;
export type StepId = (typeof stepIds)[number];

export function isStep(text: string | undefined): text is StepId {
  return stepIds.some((id) => id === text);
}

/** What the gateway knows to be done; of the test it keeps no record. `storage` is what it found of that, once it looked. */
export function isDone(id: StepId, steps: SetupSteps, storage?: StorageCheck): boolean {
  switch (id) {
    case 'password':
      return steps.root_password;
    case 'site':
      return steps.site;
    case 'provider':
      return steps.provider || steps.demo?.enabled === true;
    case 'token':
      return steps.token;
    case 'storage':
      return storage !== undefined && isStorageFit(storage);
    case 'test':
      return false;
  }
}

/** Where somebody who comes back goes on. */
export function firstOpen(steps: SetupSteps): StepId {
  return stepIds.find((id) => id !== 'storage' && !isDone(id, steps)) ?? 'test';
}

export function stepAfter(id: StepId): StepId | undefined {
  return stepIds[stepIds.indexOf(id) + 1];
}

export function stepBefore(id: StepId): StepId | undefined {
  return stepIds[stepIds.indexOf(id) - 1];
}

export function pathOfStep(id: StepId): string {
  return `/panel/setup/${id}`;
}
