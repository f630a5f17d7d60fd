import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import { useGetUserGroupMapQuery } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { ModelPicker } from '../../components/models/ModelPicker';
import type { CallableModel } from '../../components/models/useModels';
import { isWithinBounds, type NumberParameter, numberParameterNames, numberParameters, type Parameters } from './parameters';

interface ParameterPanelProps {
  models: readonly CallableModel[];
  parameters: Parameters;
  system: string;
  onSystem: (text: string) => void;
}

export function ParameterPanel({ models, parameters, system, onSystem }: ParameterPanelProps) {
  const { t } = useTranslation('playground');
  const { group: ownGroup } = useAccount();
  const chosen = models.find((model) => model.name === parameters.model);
  const chooseModel = (name: string) => {
    const groups = models.find((model) => model.name === name)?.groups ?? [];
    const servedNow = groups.includes(parameters.group || ownGroup);
    parameters.set({ model: name, group: servedNow ? parameters.group : (groups[0] ?? '') });
  };
  return (
    <Stack spacing={2}>
      <ModelPicker label={t('model')} models={models} value={parameters.model} onChange={chooseModel} helperText={unknownModel(t('modelGone'), parameters.model, chosen)} error={parameters.model !== '' && !chosen} />
      <GroupField model={chosen} parameters={parameters} />
      <TextField label={t('system')} value={system} onChange={(event) => onSystem(event.target.value)} multiline minRows={3} maxRows={10} placeholder={t('systemHint')} slotProps={{ htmlInput: { dir: 'auto' } }} />
      {numberParameterNames.map((name) => (
        <NumberParameterField key={name} name={name} parameters={parameters} />
      ))}
      <FormControlLabel control={<Switch checked={parameters.stream} onChange={(_, on) => parameters.set({ stream: on ? '' : 'off' })} />} label={t('stream')} />
    </Stack>
  );
}

function unknownModel(text: string, name: string, chosen: CallableModel | undefined): string | undefined {
  return name !== '' && !chosen ? `${name}: ${text}` : undefined;
}

function GroupField({ model, parameters }: { model: CallableModel | undefined; parameters: Parameters }) {
  const { t } = useTranslation('playground');
  const { data: groups = {} } = useGetUserGroupMapQuery();
  const { group: ownGroup } = useAccount();
  const offered = Object.keys(groups).filter((symbol) => model === undefined || model.groups.includes(symbol));
  const name = (symbol: string) => groups[symbol]?.name ?? symbol;
  const labelOf = (symbol: string) => t('groupAt', { group: name(symbol), ratio: groups[symbol]?.ratio ?? 1 });
  const value = offered.includes(parameters.group) ? parameters.group : '';
  return (
    <TextField select label={t('group')} value={value} onChange={(event) => parameters.set({ group: event.target.value })} slotProps={{ inputLabel: { shrink: true }, select: { displayEmpty: true } }}>
      <MenuItem value="">{t('ownGroup', { group: name(ownGroup) })}</MenuItem>
      {offered.filter((symbol) => symbol !== ownGroup).map((symbol) => (
        <MenuItem key={symbol} value={symbol}>
          {labelOf(symbol)}
        </MenuItem>
      ))}
    </TextField>
  );
}

function NumberParameterField({ name, parameters }: { name: NumberParameter; parameters: Parameters }) {
  const { t } = useTranslation('playground');
  const { min, max, step } = numberParameters[name];
  const text = parameters.text(name);
  const wrong = text !== '' && !isWithinBounds(name, text);
  return (
    <TextField
      label={t(`parameters.${name}`)}
      value={text}
      onChange={(event) => parameters.set({ [name]: event.target.value })}
      error={wrong}
      helperText={wrong ? t('outOfBounds', { min, max }) : undefined}
      placeholder={t('providerDefault')}
      type="number"
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { min, max, step, inputMode: 'decimal' } }}
    />
  );
}
