import OpenInNewIcon from '@mui/icons-material/OpenInNew';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { useGetStatusQuery } from '../../api/generated';
import { chatLinks, fillLink } from './chatLinks';

/** Apps that take address and key from a link; which ones there are is for the administrator to say. */
export function AppLinks({ apiKey, server }: { apiKey: string; server: string }) {
  const { t } = useTranslation('connect');
  const { data: status } = useGetStatusQuery();
  const links = chatLinks(status ?? {}).flatMap(({ name, template }) => ({ name, address: fillLink(template, apiKey, server) }));
  if (links.length === 0) return null;
  return (
    <>
      <Typography variant="h3" component="h2" sx={{ mt: 3 }}>
        {t('apps')}
      </Typography>
      <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
        {t('appsNote')}
      </Typography>
      <Stack direction="row" useFlexGap sx={{ flexWrap: 'wrap', gap: 1 }}>
        {links.map(({ name, address }) =>
          address === undefined ? null : (
            <Button key={name} href={address} target="_blank" rel="noopener noreferrer" variant="outlined" endIcon={<OpenInNewIcon />} sx={{ maxWidth: '100%', overflowWrap: 'anywhere' }}>
              {name}
            </Button>
          ),
        )}
      </Stack>
    </>
  );
}
