import { useState } from 'react';
import { type ApiProblem, toProblem } from '../../api/problem';
import { asSentence, useProblemText } from '../../components/feedback/problemText';

/** Sends a step's form once at a time, and says beside which field the gateway refused. */
export function useSubmit(fields: readonly string[]) {
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const submit = async (send: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await send();
      return true;
    } catch (error) {
      setProblem(toProblem(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const faults = problem ? faultsOf(problem, problemText(problem)) : {};
  const isOfFields = fields.some((field) => field in faults);
  return {
    busy,
    submit,
    /** What is no single field's fault, for above the form. */
    problem: isOfFields ? undefined : problem,
    /** For a text field: whether, and why, it is at fault. */
    faultOf: (field: string) => (field in faults ? { error: true, helperText: asSentence(faults[field] ?? '') } : undefined),
  };
}

function faultsOf({ field, fields }: ApiProblem, text: string): Readonly<Record<string, string>> {
  return fields ?? (field === undefined ? {} : { [field]: text });
}
