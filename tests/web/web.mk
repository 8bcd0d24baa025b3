# Web tests run real servers on loopback, in a temporary folder.

TEST_HELPERS = tests/web/sender tests/web/faults.so
tests_web_sender_SOURCES = tests/web/sender.c
tests_web_sender_LDADD =
# Preloaded, so without what else the programs are built with.
tests_web_faults_so_SOURCES = tests/web/faults.c
tests_web_faults_so_CFLAGS = -std=c11 -fPIC
tests_web_faults_so_LDFLAGS = -shared
tests_web_faults_so_LDADD =
# The longest stand first, so that the two that run at the same time end together.
WEB_TESTS = \
	tests/web/storm_test.py tests/web/stalled_test.py tests/web/postgresql_test.py tests/web/lifecycle_test.py \
	tests/web/store_test.py tests/web/work_test.py tests/web/captured_test.py tests/web/servers_test.py \
	tests/web/vectors_test.py tests/web/bad_input_test.py tests/web/command_test.py tests/web/reconcile_test.py \
	tests/web/voicemail_test.py tests/web/texting_test.py tests/web/played_test.py tests/web/served_test.py \
	tests/web/urls_test.py tests/web/doctor_test.py tests/web/verbs_test.py tests/web/examples_test.py \
	tests/web/install_test.py tests/web/wire_test.py tests/web/manual_test.py
# What is tested of the tarball: the same programs, so that it is enough that nothing is missing.
DISTCHECK_TESTS = $(UNIT_TESTS) tests/web/install_test.py tests/web/servers_test.py tests/web/examples_test.py tests/web/wire_test.py
