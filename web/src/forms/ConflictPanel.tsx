import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Stack from '@mui/material/Stack';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FieldChange, isSame } from './changes';
import { FieldValue } from './FieldValue';

interface ConflictPanelProps {
  /** `before` is the other's version, `after` what was typed here. */
  differences: readonly FieldChange[];
  /** What both started from. */
  base: Readonly<Record<string, unknown>>;
  /** Takes the names of the fields whose typed value stays; the others get the other's. */
  onChoose: (mine: ReadonlySet<string>) => void;
}

/** Somebody else's change came first: both versions side by side, field by field, to choose from. */
export function ConflictPanel({ differences, base, onChoose }: ConflictPanelProps) {
  const { t } = useTranslation('forms');
  const [mine, setMine] = useState<ReadonlySet<string>>(() => changedHere(differences, base));
  const choose = (name: string, isMine: boolean) => {
    const next = new Set(mine);
    if (isMine) next.add(name);
    else next.delete(name);
    setMine(next);
  };
  return (
    <Stack spacing={2}>
      <Alert severity="warning">{t('conflict')}</Alert>
      {differences.map((difference) => (
        <DifferenceChoice key={difference.field.name} difference={difference} mine={mine.has(difference.field.name)} onChoose={choose} />
      ))}
      <Button variant="contained" onClick={() => onChoose(mine)} sx={{ alignSelf: 'flex-end' }}>
        {t('goOn')}
      </Button>
    </Stack>
  );
}

/** What was not touched here was changed there. */
function changedHere(differences: readonly FieldChange[], base: Readonly<Record<string, unknown>>): Set<string> {
  return new Set(differences.filter(({ field, after }) => !isSame(after, base[field.name])).map(({ field }) => field.name));
}

interface DifferenceChoiceProps {
  difference: FieldChange;
  mine: boolean;
  onChoose: (name: string, isMine: boolean) => void;
}

function DifferenceChoice({ difference: { field, before, after }, mine, onChoose }: DifferenceChoiceProps) {
  const { t } = useTranslation('forms');
  const id = useId();
  return (
    <FormControl>
      <FormLabel id={id}>{field.label}</FormLabel>
      <RadioGroup aria-labelledby={id} value={mine ? 'mine' : 'theirs'} onChange={(_event, value) => onChoose(field.name, value === 'mine')}>
        <FormControlLabel
          value="mine"
          control={<Radio size="small" />}
          label={
            <>
              {t('mine')} <FieldValue field={field} value={after} />
            </>
          }
        />
        <FormControlLabel
          value="theirs"
          control={<Radio size="small" />}
          label={
            <>
              {t('theirs')} <FieldValue field={field} value={before} />
            </>
          }
        />
      </RadioGroup>
    </FormControl>
  );
}
