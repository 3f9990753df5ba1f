"""Static files as they are served: compressed, under names that hold their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

#: An import of one of our own scripts: what is matched, and what takes its place. Others' scripts stay as they are.
_IMPORT = (r"""(?P<matched>(?P<names>\bimport [^"]*)"(?P<url>\./[^"]+)";)""", '%(names)s"%(url)s";')


class Storage(CompressedManifestStaticFilesStorage):
    """A script names the modules that it imports by those names too, so that no browser mixes an old one with a new one."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", (_IMPORT,)))
