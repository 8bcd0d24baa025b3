/* What the build defines, for the checks that run without it. */
#define PACKAGE_VERSION "0"
