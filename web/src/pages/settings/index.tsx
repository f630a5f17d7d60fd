import SearchIcon from '@mui/icons-material/Search';
import SearchOffIcon from '@mui/icons-material/SearchOff';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormControlLabel from '@mui/material/FormControlLabel';
import InputAdornment from '@mui/material/InputAdornment';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useParams, useSearchParams } from 'react-router';
import { type OptionMeta, useGetOptionMetaQuery } from '../../api/generated';
import { EmptyState } from '../../components/feedback/EmptyState';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { NavigationGuard } from '../../forms/NavigationGuard';
import { useLeaveGuard } from '../../forms/useLeaveGuard';
import { Page } from '../../layout/Page';
import { PageLoading } from '../../layout/PageLoading';
import { SaveBar } from './SaveBar';
import { SectionNavigation } from './SectionNavigation';
import { SettingList } from './SettingList';
import { dirtyOnes, matchesSearch, type SectionId, sectionsOf } from './settings';
import { useEdits } from './useEdits';
import { useSettingName } from './useSettingName';

export default function SettingsPage() {
  const { t } = useTranslation('settings');
  const { data: settings, error, refetch } = useGetOptionMetaQuery();
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!settings && !error && <PageLoading />}
      {settings && <Settings settings={settings} />}
    </Page>
  );
}

function Settings({ settings }: { settings: readonly OptionMeta[] }) {
  const { '*': wanted } = useParams();
  const navigate = useNavigate();
  const { query, withInert, set, search } = useSearch();
  const editing = useEdits();
  const nameOf = useSettingName();
  const offered = settings.filter((setting) => withInert || !setting.inert);
  const sections = sectionsOf(offered);
  const section = sections.find((id) => id === wanted);
  const dirty = dirtyOnes(settings, editing.edits).length > 0;
  const guard = useLeaveGuard(dirty);
  const first = sections.includes('site') ? 'site' : sections[0];
  if (!section && first) return <Navigate to={{ pathname: `/panel/settings/${first}`, search }} replace />;
  const shown = query ? offered.filter((setting) => matchesSearch(setting, nameOf(setting), query)) : offered.filter((setting) => setting.section === section);
  const open = (id: SectionId) => void navigate({ pathname: `/panel/settings/${id}`, search: withInert ? 'inert=on' : '' });
  return (
    <>
      <SearchRow query={query} withInert={withInert} onChange={set} />
      <Box sx={{ display: 'grid', gap: { xs: 2, md: 4 }, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '220px minmax(0, 1fr)' }, alignItems: 'start' }}>
        <SectionNavigation sections={sections} settings={settings} current={query ? undefined : section} edits={editing.edits} onOpen={open} />
        <Box sx={{ maxWidth: 900 }}>
          {shown.length === 0 ? <NothingFound onClear={() => set({ q: '' })} /> : <SettingList settings={shown} editing={editing} />}
          <SaveBar settings={dirtyOnes(shown, editing.edits)} editing={editing} />
        </Box>
      </Box>
      {dirty && <NavigationGuard isReleased={guard.isReleased} onLeave={guard.release} within="/panel/settings/" />}
    </>
  );
}

function useSearch() {
  const [params, setParams] = useSearchParams();
  const set = (changes: Record<string, string>) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        for (const [name, value] of Object.entries(changes)) {
          if (value === '') next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );
  return { query: (params.get('q') ?? '').trim(), withInert: params.get('inert') === 'on', set, search: params.toString() };
}

interface SearchRowProps {
  query: string;
  withInert: boolean;
  onChange: (changes: Record<string, string>) => void;
}

function SearchRow({ query, withInert, onChange }: SearchRowProps) {
  const { t } = useTranslation('settings');
  const [params] = useSearchParams();
  return (
    <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap', mb: 3 }}>
      <TextField
        type="search"
        value={params.get('q') ?? ''}
        onChange={(event) => onChange({ q: event.target.value })}
        placeholder={t('search')}
        sx={{ maxWidth: 480 }}
        slotProps={{
          htmlInput: { 'aria-label': t('search'), 'aria-description': query ? undefined : t('searchHelp') },
          input: {
            startAdornment: (
              <InputAdornment position="start">
                <SearchIcon fontSize="small" />
              </InputAdornment>
            ),
          },
        }}
      />
      <FormControlLabel control={<Switch size="small" checked={withInert} onChange={(_, on) => onChange({ inert: on ? 'on' : '' })} />} label={t('showInert')} />
    </Box>
  );
}

function NothingFound({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation('settings');
  return <EmptyState icon={SearchOffIcon} title={t('nothingFound')} text={t('nothingFoundText')} action={<Button onClick={onClear}>{t('clearSearch')}</Button>} />;
}
