import CheckIcon from '@mui/icons-material/Check';
import ContentCopyIcon from '@mui/icons-material/ContentCopy';
import IconButton, { type IconButtonProps } from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCopy } from './useCopy';

interface CopyButtonProps extends Pick<IconButtonProps, 'edge' | 'color'> {
  text: string;
  /** What is copied, for the button's name and the confirmation: "the key". */
  what: string;
}

export function CopyButton({ text, what, ...rest }: CopyButtonProps) {
  const { t } = useTranslation();
  const copy = useCopy();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const name = t('copy', { what });
  return (
    <Tooltip title={name}>
      <IconButton aria-label={name} size="small" onClick={async () => setCopied(await copy(text, what))} {...rest}>
        {copied ? <CheckIcon fontSize="inherit" /> : <ContentCopyIcon fontSize="inherit" />}
      </IconButton>
    </Tooltip>
  );
}
