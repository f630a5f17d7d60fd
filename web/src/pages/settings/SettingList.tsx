import Box from '@mui/material/Box';
import Divider from '@mui/material/Divider';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { OptionMeta } from '../../api/generated';
import { sectionsOf } from './settings';
import { SettingRow } from './SettingRow';
import type { useEdits } from './useEdits';

export type Editing = ReturnType<typeof useEdits>;

interface SettingListProps {
  settings: readonly OptionMeta[];
  editing: Editing;
}

export function SettingList({ settings, editing }: SettingListProps) {
  const { t } = useTranslation('settings');
  return (
    <Stack spacing={3}>
      {sectionsOf(settings).map((section) => (
        <Box key={section} component="section" aria-label={t(`sections.${section}`)}>
          <Typography variant="h2" sx={{ mb: 1 }}>
            {t(`sections.${section}`)}
          </Typography>
          <Paper variant="outlined">
            <Stack divider={<Divider />}>
              {settings
                .filter((setting) => setting.section === section)
                .map((setting) => (
                  <SettingRow key={setting.key} setting={setting} editing={editing} />
                ))}
            </Stack>
          </Paper>
        </Box>
      ))}
    </Stack>
  );
}
