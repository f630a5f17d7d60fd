import { useTranslation } from 'react-i18next';
import { useCallback } from 'react';
import type { ApiProblem } from '../../api/problem';

/** One sentence for people on what a problem is: the gateway's own words where it refused, ours otherwise. */
export function useProblemText(): (problem: ApiProblem) => string {
  const { t } = useTranslation('errors');
  return useCallback(
    (problem) => {
      if (problem.kind === 'rejected' && problem.message) return asSentence(problem.message);
      if (problem.kind === 'tooOften' && problem.retryAfterS) return t('tooOftenFor', { count: problem.retryAfterS });
      return t(problem.kind);
    },
    [t],
  );
}

/** The gateway's messages begin small, as log lines do. */
export function asSentence(message: string): string {
  return message.slice(0, 1).toUpperCase() + message.slice(1);
}
