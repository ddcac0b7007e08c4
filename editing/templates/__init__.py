"""Templates (一键成片): a draft out of clips and a track."""
