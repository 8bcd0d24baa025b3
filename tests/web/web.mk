# Web tests run real servers on loopback, in a temporary folder.

TEST_HELPERS =
WEB_TESTS = \
	tests/web/servers_test.py
