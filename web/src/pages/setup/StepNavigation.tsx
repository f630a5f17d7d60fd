import CheckCircleIcon from '@mui/icons-material/CheckCircle';
import RadioButtonUncheckedIcon from '@mui/icons-material/RadioButtonUnchecked';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type SetupSteps, useGetSetupStorageQuery } from '../../api/generated';
import { isDone, pathOfStep, type StepId, stepIds } from './steps';

/** All steps, in any order; on phones how far one has got. */
export function StepNavigation({ current, steps }: { current: StepId; steps: SetupSteps }) {
  const { t } = useTranslation('setup');
  const { data: storage } = useGetSetupStorageQuery();
  const number = stepIds.indexOf(current) + 1;
  return (
    <>
      <Box sx={{ display: { md: 'none' } }}>
        <Typography variant="body2" color="textSecondary" gutterBottom>
          {t('stepOf', { number, count: stepIds.length })}
        </Typography>
        <LinearProgress variant="determinate" value={(100 * number) / stepIds.length} aria-label={t('progress')} />
      </Box>
      <Box component="nav" aria-label={t('steps')} sx={{ display: { xs: 'none', md: 'block' }, position: 'sticky', top: 80 }}>
        <List disablePadding>
          {stepIds.map((id) => (
            <ListItem key={id} disablePadding sx={{ mb: 0.5 }}>
              <ListItemButton component={Link} to={pathOfStep(id)} selected={id === current} aria-current={id === current ? 'step' : undefined} sx={{ borderRadius: 1 }}>
                <ListItemIcon sx={{ minWidth: 36 }}>
                  {isDone(id, steps, storage) ? <CheckCircleIcon color="success" fontSize="small" titleAccess={t('done')} /> : <RadioButtonUncheckedIcon fontSize="small" color="disabled" aria-hidden />}
                </ListItemIcon>
                <ListItemText primary={t(`stepTitles.${id}`)} />
              </ListItemButton>
            </ListItem>
          ))}
        </List>
      </Box>
    </>
  );
}
