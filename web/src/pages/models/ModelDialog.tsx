import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Group } from '../../api/generated';
import { CopyButton } from '../../components/CopyButton';
import { type Fact, Facts } from '../../components/Facts';
import { useFormat } from '../../components/format/useFormat';
import { Price } from '../../components/models/Price';
import { usdPrice } from '../../components/models/price';
import { type CallableModel, readList } from '../../components/models/useModels';
import { useFillsScreen } from '../../components/useFillsScreen';

interface ModelDialogProps {
  model: CallableModel;
  groups: Record<string, Group>;
  onClose: () => void;
}

export function ModelDialog({ model, groups, onClose }: ModelDialogProps) {
  const { t } = useTranslation('models');
  const { t: common } = useTranslation();
  const titleId = useId();
  const query = new URLSearchParams({ model: model.name }).toString();
  const fillsScreen = useFillsScreen();
  return (
    <Dialog open fullWidth fullScreen={fillsScreen} maxWidth="sm" onClose={onClose} aria-labelledby={titleId}>
      <DialogTitle id={titleId} sx={{ overflowWrap: 'anywhere' }}>
        {model.name}
        <CopyButton text={model.name} what={t('theName')} />
      </DialogTitle>
      <DialogContent>
        <Description model={model} />
        <PriceTable model={model} groups={groups} />
      </DialogContent>
      <DialogActions sx={{ flexWrap: 'wrap' }}>
        <Button color="inherit" onClick={onClose}>
          {common('close')}
        </Button>
        <Button component={Link} to={`/panel/connect?${query}`}>
          {t('connect')}
        </Button>
        <Button component={Link} to={`/panel/playground?${query}`} variant="contained">
          {t('tryOut')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Description({ model }: { model: CallableModel }) {
  const { t, i18n } = useTranslation('models');
  const format = useFormat();
  const { info } = model;
  const input = readList(info?.input_modalities);
  const output = readList(info?.output_modalities);
  const list = new Intl.ListFormat(i18n.language);
  const facts: Fact[] = [{ label: t('owner'), value: model.owner }];
  if (info?.context_length) facts.push({ label: t('context'), value: t('contextOf', { formatted: format.number(info.context_length) }) });
  if (info?.max_tokens) facts.push({ label: t('longestAnswer'), value: t('contextOf', { formatted: format.number(info.max_tokens) }) });
  if (input && output) facts.push({ label: t('modalitiesTitle'), value: t('modalities', { input: list.format(input), output: list.format(output) }) });
  return (
    <>
      {info?.description && (
        <Typography dir="auto" sx={{ mb: 2, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: 200, overflow: 'auto' }}>
          {info.description}
        </Typography>
      )}
      <Box sx={{ mb: 2 }}>
        <Facts facts={facts} />
      </Box>
    </>
  );
}

function PriceTable({ model, groups }: { model: CallableModel; groups: Record<string, Group> }) {
  const { t } = useTranslation('models');
  const titleId = useId();
  const perCall = model.price.type === 'times';
  const { extra } = usdPrice(model.price);
  return (
    <>
      <Typography variant="h3" component="h2" id={titleId}>
        {t('pricesByGroup')}
      </Typography>
      <Box sx={{ overflowX: 'auto' }}>
        <Table size="small" aria-labelledby={titleId}>
          <TableHead>
            <TableRow>
              <TableCell>{t('group')}</TableCell>
              <TableCell align="right">{t('ratio')}</TableCell>
              <TableCell align="right">{perCall ? t('kind') : t('priceIn')}</TableCell>
              {!perCall && <TableCell align="right">{t('priceOut')}</TableCell>}
              {extra.map(({ kind }) => (
                <TableCell key={kind} align="right">
                  {t(`extraKinds.${kind}`)}
                </TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {model.groups.map((symbol) => (
              <GroupRow key={symbol} model={model} symbol={symbol} group={groups[symbol]} />
            ))}
          </TableBody>
        </Table>
      </Box>
    </>
  );
}

function GroupRow({ model, symbol, group }: { model: CallableModel; symbol: string; group: Group | undefined }) {
  const format = useFormat();
  const ratio = group?.ratio ?? 1;
  const price = usdPrice(model.price, ratio);
  return (
    <TableRow>
      <TableCell component="th" scope="row" sx={{ overflowWrap: 'anywhere' }}>
        {group?.name ?? symbol}
      </TableCell>
      <TableCell align="right">×{format.number(ratio)}</TableCell>
      <TableCell align="right">
        <Price usd={price.input} perCall={price.perCall} />
      </TableCell>
      {!price.perCall && (
        <TableCell align="right">
          <Price usd={price.output} />
        </TableCell>
      )}
      {price.extra.map(({ kind, usd }) => (
        <TableCell key={kind} align="right">
          <Price usd={usd} />
        </TableCell>
      ))}
    </TableRow>
  );
}
